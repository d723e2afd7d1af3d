import re, sys, time, traceback, os, contextlib, io
import torch

torch.set_num_threads(1)
os.environ.setdefault("AETEACH_STRICT", "0")
src = open("code.txt").read()
ns = {}
only = sys.argv[1:]
total = 0
from aeteach.widgets import explore as ex

for block in re.split(r"(?m)^%% ", src)[1:]:
    head, body = block.split("\n", 1)
    t = time.process_time()
    try:
        exec(compile(body, head, "exec"), ns)
    except Exception as e:
        traceback.print_exc(limit=2)
    dt = time.process_time() - t
    total += dt
    print(f"-- {head}: {dt:.1f} s", flush=True)
print("total", total)
