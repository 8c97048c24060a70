// The simulator without leaving the page. Without this script its forms load the page again, which works as well.
const trial = () => document.getElementById('essai');
const marked = () => document.querySelectorAll('[data-step]');

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-try]')) return;
  event.preventDefault();
  load(new URL(form.action), { method: 'POST', body: fields(form, event.submitter) }, event.submitter);
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a.restart');
  if (!link) return;
  event.preventDefault();
  load(new URL(link.href), {}, link);
});

function fields(form, submitter) {
  const body = new URLSearchParams(new FormData(form));
  if (submitter && submitter.name) body.append(submitter.name, submitter.value);
  return body;
}

async function load(url, options, from) {
  url.searchParams.set('partie', 'essai');
  url.hash = '';
  let html;
  try {
    const response = await fetch(url, { ...options, redirect: 'error' });
    if (!response.ok) throw new Error(response.status);
    html = await response.text();
  } catch {
    // Signed out, or the service is away: the page itself says which.
    return location.reload();
  }
  const pressed = from && from.matches('.choices button');
  const free = from && from.closest('.free');
  trial().outerHTML = html;
  settle();
  if (free) document.getElementById('essai-texte')?.focus({ preventScroll: true });
  else if (from) ((pressed && document.getElementById('essai-choix')) || document.getElementById('essai-log'))?.focus({ preventScroll: true });
}

// What depends on where the conversation stands: marks in the drawing and in the list, what is kept for a reload.
function settle() {
  const { here = '', met = '', turns = '[]' } = trial().dataset;
  const known = new Set(met.split(' '));
  for (const one of marked()) {
    one.classList.toggle('current', one.dataset.step === here);
    one.classList.toggle('met', one.dataset.step !== here && known.has(one.dataset.step));
  }
  const log = document.getElementById('essai-log');
  const newest = log && [...log.querySelectorAll('.mine')].pop();
  if (newest) log.scrollTop = newest.offsetTop - log.offsetTop;
  show(here);
  history.replaceState({ turns }, '');
}

// Brings the step into sight inside the frame of the drawing, without moving the page.
function show(here) {
  const frame = document.querySelector('.drawing');
  const box = here && frame && frame.querySelector(`[data-step="${here}"]`);
  if (!box) return;
  const [inner, outer] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 3;
  frame.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}

// A page loaded again after a change of the file: the same answers are played on what is written now.
const kept = history.state && history.state.turns;
const form = document.querySelector('[data-try]');
if (kept && kept !== '[]' && form && trial().dataset.turns === '[]') {
  const body = new URLSearchParams({ dit: kept, jour: form.elements.jour.value });
  load(new URL(form.action), { method: 'POST', body });
} else {
  settle();
}
