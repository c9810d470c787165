# A child that is forked while other threads run, from the main thread or from another, can start threads of its own.
import os, sys, threading, _thread
hold = threading.Event()
background = threading.Thread(target=hold.wait); background.start()
main_thread = threading.current_thread()
def in_child(say):
    done = []
    def work(i): done.append((i, threading.main_thread() is threading.current_thread()))
    for _ in range(3):
        ts = [threading.Thread(target=work, args=(i,)) for i in range(5)]
        for t in ts: t.start()
        for t in ts: t.join()
    q = threading.Event()
    t = threading.Thread(target=q.wait); t.start()
    print(say, sorted(done) == sorted([(i, False) for i in range(5)] * 3), threading.active_count(), background.is_alive(), flush=True)
    q.set(); t.join()
def fork(say):
    pid = os.fork()
    if pid == 0:
        in_child(say)
        return True
    print(say, "child", os.waitpid(pid, 0)[1], flush=True)
if fork("main"):
    sys.exit(0)
t = threading.Thread(target=fork, args=("worker",)); t.start(); t.join()
def joins_main():
    if os.fork() == 0:
        main_thread.join()
        print("the main thread has stopped", threading.main_thread() is threading.current_thread(), flush=True)
        late = threading.Thread(target=lambda: (print("late", flush=True)))
        late.start()
    else:
        print("joins_main", os.wait()[1], flush=True)
t = threading.Thread(target=joins_main); t.start(); t.join()
hold.set(); background.join()
