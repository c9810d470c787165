# A runtime belongs to one thread: a second one cannot be started in it.
import _thread
try:
    _thread.start_new_thread(print, ("in a thread",))
except RuntimeError as e:
    print(e)
