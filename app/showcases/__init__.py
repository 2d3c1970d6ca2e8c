"""Pictures of the tasks: each task's function on fixed inputs, beside the reference's values."""
