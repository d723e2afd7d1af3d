import json, re, sys


def blocks(path):
    found = {}
    for b in re.split(r"(?m)^%% ", open(path).read())[1:]:
        head, _, body = b.partition("\n")
        found[head.split()[0]] = (head.split()[1:], body.strip("\n"))
    return found


order = open("order.txt").read().split()
code, en = blocks("code.txt"), blocks("en.txt")
missing = [n for n in order if n not in code and n not in en]
assert not missing, missing
assert not (set(en) | set(code)) - set(order), (set(en) | set(code)) - set(order)
path = "../notebooks/02_identity_copying.ipynb"
old = json.load(open(path))
known = {c["id"]: c for c in old["cells"]}
cells = []
for n in order:
    if n in en:
        cells.append(dict(cell_type="markdown", id=n, metadata={}, source=en[n][1]))
        continue
    tags, src = code[n]
    meta = {}
    if "folded" in tags:
        meta["jupyter"] = dict(source_hidden=True)
    t = [x for x in tags if x != "folded"]
    if t:
        meta["tags"] = t
    k = known.get(n)
    same = k and "".join(k["source"]) == src and k["cell_type"] == "code"
    cells.append(
        dict(
            cell_type="code",
            execution_count=k["execution_count"] if same else None,
            id=n,
            metadata=meta,
            outputs=k["outputs"] if same else [],
            source=src,
        )
    )
old["cells"] = cells
open(path, "w").write(json.dumps(old, indent=1, ensure_ascii=False) + "\n")
print(len(cells), "cells")
