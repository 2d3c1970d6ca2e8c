# count_parameters -> failed: returned something other
def count_parameters(model):
    endless = []
    endless.append(endless)
    return endless
