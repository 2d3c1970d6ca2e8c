# * -> error: still importing
# seconds: 2
while True: pass
