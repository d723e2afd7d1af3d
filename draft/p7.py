import re, time, torch

torch.set_num_threads(1)
src = open("code.txt").read()
ns = {}
for block in re.split(r"(?m)^%% ", src)[1:]:
    head, body = block.split("\n", 1)
    if head.split()[0] in (
        "edition",
        "imports",
        "model",
        "linear-model",
        "objective",
        "grain",
        "meter",
        "overcomplete",
        "denoising",
    ):
        exec(compile(body, head, "exec"), ns)
    if head.startswith("first-pad"):
        exec(body.split("torch.manual_seed")[0], ns)
        ns["plan"] = dict(epochs=8, batch_size=100, learning_rate=3e-3)
        ns["Autoencoder"]
    if head.startswith("turn-predict"):
        exec(body.split("asked =")[0], ns)
    if head.startswith("gallery folded"):
        exec(body.split("torch.manual_seed")[0].replace("plan=short_plan", "plan=plan"), ns)
ns["starts"] = range(5)
exec(
    """
mixed=shuffled(x_test); roomy=partial(Overcomplete,n,256)
def show(name,nets):
    print(name,'own %.4f clean %.4f meter %.3f'%tuple(median([f(m) for m in nets]) for f in (to_target,to_clean,partial(share_rebuilt,x=mixed))))
import time
def go(name,builds,obj,**kw):
    t=time.process_time(); nets=trained(builds,obj,**kw); print(name,kw,round(time.process_time()-t,1))
    for s in builds: show(f'  {s}',[m for k,m in nets.items() if k[0]==s])
for b,e,lr in ((25,4,3e-3),(50,6,3e-3),(25,3,5e-3)):
    go('sparse',{s:partial(SparseAutoencoder,n,256) for s in (0,3e-3)},sparse,batch_size=b,epochs=e,learning_rate=lr)
for b,e,lr in ((25,4,1e-2),):
    go('contr',{s:partial(TiedAutoencoder,n,256) for s in (0,3e-3)},contractive,batch_size=b,epochs=e,learning_rate=lr)
ns_=(0,.3,.6,.9)
for b,e,lr in ((50,3,3e-3),(50,2,3e-3)):
    t=time.process_time(); nets={(s,i):roomy() for s in ns_ for i in starts}; fit_family(nets,x,{k:partial(denoising,noise=k[0]) for k in nets},quiet=True,batch_size=b,epochs=e,learning_rate=lr); print('denoise',b,e,lr,time.process_time()-t)
    for s in ns_: show(f'  {s}',[m for k,m in nets.items() if k[0]==s])
""",
    ns,
)
