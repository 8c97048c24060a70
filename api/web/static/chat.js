// The chat, live: sends the page's own forms without leaving it. Without this script they work as plain forms.
const [SOON, RETRY_OFFLINE, TOO_SLOW, RELISTEN] = [600, 8000, 30000, 20000];
const texts = JSON.parse(document.body.dataset.texts);
const maxText = Number(document.body.dataset.max);
const at = (id) => document.getElementById(id);
const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');
const clone = (id) => at(id).content.firstElementChild.cloneNode(true);
const status = (text) => (at('status').textContent = text);
const typeset = (text) => text.replace(/ ([?!:;»])/g, '\u00a0$1').replace(/« /g, '«\u00a0'); // as in pages.py
const log = at('conversation');
const choices = at('choices');
const problem = at('problem');
const field = at('text');

const retry = () => unsent && send(unsent.message, unsent.form, true);
let [busy, unsent, next, later] = [false, null, null, 0];
let [stream, after] = [null, document.body.dataset.after];

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-send]')) return;
  event.preventDefault();
  const data = new FormData(form);
  send({ id: data.get('id'), text: data.get('text').trim(), choice: data.get('choice') || null }, form);
});

problem.addEventListener('click', (event) => event.target.matches('button.retry[type=button]') && retry());
window.addEventListener('online', retry);

field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form.querySelector('.main').click();
});

async function send(message, form, again = false) {
  if (!message.text) return;
  // A second press of the same button is the same message; another one waits for its turn, the last one wins.
  if (busy) return (next = message.id === unsent.message.id ? next : [message, form]);
  if (message.text.length > maxText) return complain(texts.too_long, false);
  busy = choices.hidden = true;
  unsent = { message, form };
  clearTimeout(later);
  const typed = form === field.form;
  const bubble = again ? null : add('mine', message.text);
  if (!again) {
    complain('', false);
    if (typed) field.value = '';
    scroll(bubble);
  }
  const waiting = setTimeout(() => status(texts.waiting), SOON);
  const answer = await post(message);
  clearTimeout(waiting);
  status('');
  choices.hidden = busy = false;
  const waiter = next;
  next = null;
  if (answer.failure) fail(answer, message, typed, bubble);
  else settle(answer, message, form, bubble);
  if (waiter && !answer.failure) send(...waiter);
}

function fail(answer, message, typed, bubble) {
  if (bubble) bubble.remove();
  if (typed && !field.value) field.value = message.text;
  if (!answer.again) unsent = null;
  complain(answer.failure, answer.again);
  if (document.activeElement === document.body) (problem.querySelector('button') || field).focus({ preventScroll: true });
  if (answer.offline) later = setTimeout(retry, RETRY_OFFLINE);
}

function settle(answer, message, form, bubble) {
  unsent = null;
  complain('', false);
  if (!bubble) add('mine', message.text);
  if (form === field.form && field.value.trim() === message.text) field.value = '';
  show(answer, form);
}

// The answer, or { failure: the sentence to show, again: whether the same message may be sent again }.
async function post(message) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TOO_SLOW);
  try {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch('/api/chat', { method: 'POST', headers, body: JSON.stringify(message), signal: stop.signal });
    const answer = await response.json().catch(() => ({}));
    if (response.ok && answer.replies) return answer;
    return { failure: (answer.error || { text: texts.failed }).text, again: response.status === 429 || response.status >= 500 };
  } catch (error) {
    const offline = error.name !== 'AbortError';
    return { failure: offline ? texts.offline : texts.too_slow, again: true, offline };
  } finally {
    clearTimeout(timer);
  }
}

function show(answer, form) {
  const pressed = choices.contains(form);
  for (const message of log.querySelectorAll('.last')) message.classList.remove('last');
  const shown = answer.replies.map((reply) => add('theirs', reply.text, reply));
  const newest = shown[shown.length - 1];
  offer(newest, answer.replies.slice(-1)[0]);
  for (const input of document.querySelectorAll('header [name=id], main [name=id], nav [name=id], footer [name=id]')) {
    if (!choices.contains(input)) input.value = newId();
  }
  stands(answer);
  if (answer.person && !shown.length) status(typeset(texts.person_reads.replace('{name}', answer.person)));
  scroll(shown[0]);
  // A pressed choice is gone: the focus goes where the next one is. After typing, it stays in the field.
  if (pressed) (choices.firstElementChild ? choices : newest || log).focus({ preventScroll: true });
  else if (form === field.form && matchMedia('(pointer: fine)').matches) field.focus({ preventScroll: true });
}

function offer(message, reply) {
  choices.textContent = '';
  if (message) message.classList.add('last');
  if (reply) choices.append(...reply.options.map((option) => choice(reply.key, option)));
}

// Where the case stands: who reads, if anybody; and what that person writes is listened to while the case is open.
function stands({ person, case_open }) {
  const banner = at('person');
  const words = person ? texts.person_reads.replace('{name}', person) : texts.person_waits;
  banner.hidden = !case_open;
  banner.querySelector('.words').textContent = typeset(words);
  banner.querySelector('.ways div').hidden = !person;
  document.querySelector('nav').hidden = !!person;
  if (case_open && !stream) listen();
}

function listen() {
  stream = new EventSource(`/api/chat/events?after=${encodeURIComponent(after)}`);
  const stop = () => (stream.close(), (stream = null));
  stream.addEventListener('message', (event) => pushed(JSON.parse(event.data)));
  stream.addEventListener('state', (event) => stands(JSON.parse(event.data)));
  stream.addEventListener('end', stop);
  stream.addEventListener('error', () => stream.readyState === EventSource.CLOSED && (stop(), setTimeout(again, RELISTEN)));
}

const again = () => at('person').hidden || stream || listen();

// A message that nobody asked for: of a person, or of the assistant about the case. Each one once.
function pushed(message) {
  if (!newer(message.id, after)) return;
  after = message.id;
  const held = choices.contains(document.activeElement);
  for (const shown of log.querySelectorAll('.last')) shown.classList.remove('last');
  const shown = add('theirs', message.text, message, message.from);
  if (message.options.length || message.from) offer(shown, message);
  status('');
  if (held && !choices.contains(document.activeElement)) log.focus({ preventScroll: true });
  scroll(shown);
}

function newer(one, other) {
  const [[turn, position], [last, least]] = [one, other || '0.0'].map((id) => id.split('.').map(Number));
  return turn > last || (turn === last && position > least);
}

function add(who, text, reply, from) {
  const message = clone(who);
  if (from) Object.assign(message.querySelector('.unseen'), { className: 'from', textContent: typeset(`${from} :`) });
  const words = message.querySelector('.words');
  words.textContent = typeset(text);
  if (reply && reply.speech) words.dataset.speech = reply.speech;
  if (reply && reply.options.length) {
    const offered = message.querySelector('.offered');
    offered.hidden = false;
    offered.querySelector('span').textContent = reply.options.map((option) => option.label).join(', ');
  }
  log.append(message);
  return message;
}

function choice(key, option) {
  const form = clone('choice');
  form.elements.id.value = newId();
  form.elements.text.value = option.label;
  form.elements.choice.value = `${key}|${option.id}`;
  form.querySelector('button').textContent = option.label;
  return form;
}

function complain(text, again) {
  const shown = problem.querySelector('.words');
  if (text && shown && shown.textContent === typeset(text)) return; // not announced twice
  problem.textContent = '';
  if (!text) return;
  problem.append(at('retry').content.cloneNode(true));
  problem.querySelector('.words').textContent = typeset(text);
  if (!again) problem.querySelector('.retry').remove();
  problem.scrollIntoView({ block: 'nearest' });
}

function scroll(first) {
  const root = document.documentElement.style;
  const stuck = (element) => (getComputedStyle(element).position === 'sticky' ? element.offsetHeight + 8 : 8);
  root.scrollPaddingTop = `${stuck(document.querySelector('header'))}px`;
  root.scrollPaddingBottom = `${stuck(document.querySelector('footer'))}px`;
  const nav = document.querySelector('nav');
  (nav.hidden ? at('person') : nav).scrollIntoView({ block: 'end' });
  if (first) first.scrollIntoView({ block: 'nearest' });
}

if (at('dernier')) scroll(at('dernier'));
if (document.body.dataset.open) listen();
