# * -> error: raised a SystemExit while it was imported
import sys
sys.exit(0)
