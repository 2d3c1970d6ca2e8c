"""Many perceptrons of like shape trained in one pass of batched matrix products.

`engine.population` decides who is trained together; nothing here depends on that: a member's
numbers are the same bits whatever its company. Three things make it so on a CPU:

* every matrix product is `torch.bmm` or `torch.baddbmm`, whose result for one member does not
  depend on how many there are, as long as one thread does it (`one_thread`);
* widths and inputs are padded to a fixed grid (`Shape`), so that a member's rows always begin at
  the same alignment; padding units have zero weights in and out, get zero gradients, and stay so;
* random numbers come from a member's own seed and the epoch alone (`streams`).
"""
