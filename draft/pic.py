import torch
from aeteach import figures, style
x=torch.rand(12,196)
lines={"a":{k:[.1*k,.11*k,.12*k,.1,.2] for k in (1,2,4,8,16,32,64,128)},"b":{k:[.2]*5 for k in (1,2,4,8,16,32,64,128)}}
f=figures.images_and_curves({"grainy":x,"rebuilt":x*.1*8,"clean":x},{"mean squared distance":lines},at=8)
style.few_colours(style.raster(f)).convert("RGB").save('/tmp/a.png')
