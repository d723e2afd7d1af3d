// A recorded training: its curves and pictures, epoch by epoch, without a kernel.

function render({ data, el }) {
  stage(el, data.facts)(data.now, data.shots);
  node("p", el, { textContent: data.notice });
}
