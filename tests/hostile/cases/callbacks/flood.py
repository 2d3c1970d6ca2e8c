# grid_search -> error: more than 500 calls
# callbacks: 500
# topic: ex03_grid_search
def grid_search(objective, grid, mode="min"):
    while True:
        try: objective({})
        except Exception: pass
