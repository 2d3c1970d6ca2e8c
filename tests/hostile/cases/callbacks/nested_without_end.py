# grid_search -> error: nested more than
# topic: ex03_grid_search
def grid_search(objective, grid, mode="min"):
    class Config:
        def __getitem__(self, key): return objective(Config())
    return objective(Config())
