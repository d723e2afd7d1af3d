import re

exec(open("build.py").read().split("order=open")[0])
code, en = blocks("code.txt"), blocks("en.txt")
order = open("order.txt").read().split()


def join(a, b, tags=None, gap="\n\n\n"):
    code[a] = ((tags.split() if tags is not None else code[a][0]), code[a][1] + gap + code[b][1])
    del code[b]
    order.remove(b)


def text(a, b, gap="\n\n"):
    en[a] = ([], en[a][1] + gap + en[b][1])
    del en[b]
    order.remove(b)


join("linear-model", "objective")
text("linear-text", "objective-text")
code["turn-measure"] = (["folded"], code["turn-measure"][1])
join("turn-measure", "turn-predict", "widget folded")
order.remove("turn-measure")
order[order.index("turn-drag")] = "turn-measure"
order.insert(order.index("turn-measure") + 1, "turn-drag")
i = order.index("turn-measure")
order[i] = "turn-predict"
code["turn-predict"] = code.pop("turn-measure")
text("meter-text", "meter-drag-text")
text("copiers-text", "copiers-figure-text")
join("memoriser", "again")
order.remove("again-drag-text")
en.pop("again-drag-text")
text("zero-text", "three-after") if False else None
join("memory-claim", "zero-claim", gap="\n")
text("three-after", "zero-text")
join("probes", "probes-predict", "widget folded")
order[order.index("probes")] = "probes-predict"
code["probes-predict"] = code.pop("probes")
join("codecs", "bits-predict", "widget folded")
order[order.index("codecs")] = "bits-predict"
code["bits-predict"] = code.pop("codecs")
text("bits-text", "bits-drag-text")
join("anomalies", "anomalies-figure", "folded")
join("pullers", "arrows-drag", "widget folded")
order[order.index("pullers")] = "arrows-drag"
code["arrows-drag"] = code.pop("pullers")
join("gallery", "gallery-judge", "folded")
text("gallery-text", "gallery-drag-text")
text("denoising-text", "noise-drag-text")
for b in ("bits-claim", "anomalies-claim", "invent-claim"):
    join("probes-claim", b, gap="\n")
order.remove("probes-claim")
order.insert(order.index("invent-after") + 1, "uses-claim")
code["uses-claim"] = code.pop("probes-claim")
for b in ("arrows-claim", "gallery-claim"):
    join("noise-claim", b, gap="\n\n\n" if code[b][1].startswith("def") else "\n")
order.remove("noise-claim")
order.insert(order.index("gallery-after") + 1, "cures-claim")
code["cures-claim"] = code.pop("noise-claim")
out = lambda d: "".join(
    f"%% {n} {' '.join(d[n][0])}".rstrip() + f"\n{d[n][1]}\n" for n in order if n in d
)
open("code.txt", "w").write(out(code))
open("en.txt", "w").write(out(en))
open("order.txt", "w").write("\n".join(order))
print(len(order))
