import re, sys, time

src = open("/work/wt/story/draft/" + sys.argv[1]).read()
import aeteach, torch

torch.set_num_threads(1)
ns = {}
import os

for block in re.split(r"(?m)^#% ", src)[1:]:
    head, body = block.split("\n", 1)
    t = time.process_time()
    try:
        exec(compile(body, head, "exec"), ns)
    except Exception as e:
        import traceback

        traceback.print_exc(limit=1)
    dt = time.process_time() - t
    print(f"-- {head}: {dt:.1f} s", flush=True)
