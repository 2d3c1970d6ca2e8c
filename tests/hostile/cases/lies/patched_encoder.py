# What the worker's own code is made to say is a value like any other, and is judged.
# * -> failed
from grader.sandbox import encoder, channel
channel.WorkerEncoder.encode = lambda self, value, depth=0: 0.25
