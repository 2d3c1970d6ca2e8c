# count_parameters -> error
# split_settings -> error
# three_way_split -> error
# expected_best -> error
import builtins
builtins.isinstance = None
