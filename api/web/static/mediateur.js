// The mediators' pages, live: what changed is put in place of what stood there; drafts, focus and scroll stay.
// Without this script every form works as a plain form, and a page is brought up to date by loading it again.
const [FIRST_WAIT, LONGEST_WAIT, SHOWN_AFTER, NEAR_BOTTOM] = [1000, 30000, 2, 60];
const [SLOTS, MINUTE, NOW_AND_THEN, A_WHILE] = [4, 60000, 5000, 8000];
const REFUSALS = [404, 409, 422]; // pages that say what is wrong; any other failure is not for the page to show
const at = (id) => document.getElementById(id);
const live = at('direct');
const words = live ? JSON.parse(live.dataset.words) : {};
const fragment = live && live.dataset.fragment;
const marks = new Map();
let [wait, failures, asking, again, retry] = [FIRST_WAIT, 0, null, null, 0];
let [out, low, fading] = [false, true, 0];

// What the server wrote, without what is new at each page: an equal mark means that nothing changed.
const mark = (part) => part.outerHTML.replace(/ value="[^"]*" data-once=""/g, '');
const parts = (root) => [...root.querySelectorAll('[data-part]')];
for (const part of parts(document)) marks.set(part.id, mark(part));

// Putting a newer page in place

// One question at a time. Asked while one is under way, it is asked once more after it: whoever waits sees the newest.
function refresh() {
  if (!asking) return (asking = ask().finally(() => (asking = null)));
  return (again = again || asking.then(() => ((again = null), refresh())));
}

async function ask() {
  try {
    const response = await fetch(fragment, { headers: { Accept: 'text/html' } });
    if (response.status === 401 || response.redirected) return signedOut();
    if (!legible(response)) return; // the server is starting again, or cannot read its data: the page stays
    place(await response.text());
    out = false;
    if (retry) connect();
    else link(true);
  } catch {
    // Cut: the stream says so, and asks again once it is back.
  }
}

const legible = (response) => response.ok || REFUSALS.includes(response.status);

// What was typed is not thrown away with the session. Signed in again in another tab, this page goes on.
function signedOut() {
  if (!drafts(document).some((one) => one.changed)) return location.reload();
  out = true;
  link(false);
}

function place(html, sent) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const fresh = parts(page);
  const known = new Set(parts(document).map((part) => part.id));
  if (fresh.length !== known.size || fresh.some((part) => !known.has(part.id))) return replaceAll(html);
  const before = at('etat').dataset;
  const token = page.querySelector('[name=jeton]');
  if (token) for (const one of document.querySelectorAll('[name=jeton]')) one.value = token.value;
  for (const part of fresh) {
    const newer = mark(part);
    if (newer === marks.get(part.id) && !(sent && at(part.id).contains(sent))) continue;
    marks.set(part.id, newer);
    if (part.matches('[role=log]')) append(at(part.id), part, sent);
    else swap(at(part.id), document.adoptNode(part), sent);
  }
  settle(before);
  for (const id of ['souci', 'fait']) if (page.getElementById(id)) at(id).replaceChildren(...page.getElementById(id).childNodes);
}

// The page has another shape (the case was taken, closed, or is gone): all of it is new.
function replaceAll(html) {
  const main = new DOMParser().parseFromString(html, 'text/html').querySelector('main');
  if (!main) return;
  const before = at('etat') ? at('etat').dataset : {};
  const kept = drafts(document.querySelector('main'));
  const read = at('fil') && !low ? at('fil').scrollTop : -1;
  for (const one of [at('souci'), at('fait')]) { // a fragment comes without the places of what was done or went wrong
    if (!one || main.querySelector(`#${one.id}`)) continue;
    one.replaceChildren();
    main.querySelector('h1').before(one);
  }
  document.querySelector('main').replaceWith(document.adoptNode(main));
  marks.clear();
  for (const part of parts(document)) marks.set(part.id, mark(part));
  restore(kept);
  giveBack(kept);
  if (document.activeElement === document.body) document.querySelector('h1').focus({ preventScroll: true });
  follow(read);
  settle(before);
}

// What was typed in a field that is not there any more (the case is in other hands) is shown, to be copied.
function giveBack(kept) {
  const there = new Set(fields(document).map(key));
  const lost = kept.filter((one) => one.changed && one.words && !there.has(one.key)).map((one) => one.value);
  if (!lost.length) return;
  const box = at('perdu').content.cloneNode(true);
  box.querySelector('textarea').value = lost.join('\n\n');
  document.querySelector('h1').after(box);
}

function settle(before) {
  const now = at('etat') ? at('etat').dataset : {};
  if (now.title) document.title = now.title;
  if (+now.unread > +before.unread) say(words.new_message);
  else if (+now.waiting > +before.waiting) say(words.alert_text);
  else if (before[live.dataset.kind] !== now[live.dataset.kind]) say(live.dataset.changed);
  if (+now.unread > +before.unread || +now.waiting > +before.waiting) alertMediator();
  count();
  offer();
}

// Entries are added or changed one by one, so that a screen reader says the new ones only.
function append(log, fresh, sent) {
  const wanted = [...fresh.children];
  const ids = new Set(wanted.map((entry) => entry.id));
  let grew = false;
  for (const entry of [...log.children]) if (!ids.has(entry.id)) entry.remove();
  for (const entry of wanted) {
    const old = at(entry.id);
    if (!old) grew = true;
    if (!old) log.append(document.adoptNode(entry));
    else if (old.outerHTML !== entry.outerHTML) old.replaceWith(document.adoptNode(entry));
  }
  if (low || (grew && sent)) newest();
  else if (grew && at('au-dernier')) at('au-dernier').hidden = false;
}

// The newest message is in sight, unless one went up to read
function newest() {
  const log = at('fil');
  if (log) log.scrollTop = log.scrollHeight;
}

const sizes = new ResizeObserver(() => low && newest());

function follow(read = -1) {
  const log = at('fil');
  if (!log) return;
  low = read < 0;
  if (low) newest();
  else log.scrollTop = read;
  sizes.disconnect();
  sizes.observe(log);
}

document.addEventListener('scroll', (event) => {
  const log = event.target;
  if (log.id !== 'fil') return;
  low = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_BOTTOM;
  if (low && at('au-dernier')) at('au-dernier').hidden = true;
}, true);

function swap(old, fresh, sent) {
  const kept = drafts(old, sent);
  const opened = [...old.querySelectorAll('details[open]')].map((one) => one.id);
  const within = old.contains(document.activeElement);
  old.replaceWith(fresh);
  for (const id of opened) if (at(id)) at(id).open = true;
  restore(kept);
  if (within && document.activeElement === document.body) (at(kept.focus) || fresh).focus({ preventScroll: true });
}

// What was changed by hand and not sent. A field is known by its id, or by its form, name and value.
const key = (field) => field.id || [field.form && field.form.getAttribute('action'), field.name, field.value].join(' ');
const fields = (root) => [...root.querySelectorAll('input:not([type=hidden]), textarea, select')];

function drafts(root, sent) {
  const kept = [];
  const focused = document.activeElement;
  kept.focus = root.contains(focused) ? focused.id : '';
  for (const field of fields(root)) {
    if (sent && sent.contains(field)) continue;
    const one = { key: key(field), focused: field === focused, value: field.value, checked: field.checked, changed: changed(field) };
    one.words = field.tagName === 'TEXTAREA';
    if (one.focused && one.words) one.range = [field.selectionStart, field.selectionEnd];
    if (one.changed || one.focused) kept.push(one);
  }
  return kept;
}

function changed(field) {
  if (field.tagName === 'SELECT') return [...field.options].some((option) => option.selected !== option.defaultSelected && option.value);
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

function restore(kept) {
  const there = new Map(fields(document).map((field) => [key(field), field]));
  for (const one of kept) {
    const field = there.get(one.key);
    if (!field) continue;
    if (one.changed && (field.type === 'checkbox' || field.type === 'radio')) field.checked = one.checked;
    else if (one.changed) field.value = one.value;
    if (!one.focused) continue;
    field.focus({ preventScroll: true });
    if (one.range) field.setSelectionRange(...one.range);
  }
}

// Sending a form without leaving the page

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!live || !form.matches('[data-stay]') || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = 'yes';
  tell(words.sending);
  try {
    await send(form, event.submitter);
  } catch {
    tell(words.failed, true); // the text and its hidden id stay: sent again, it is said once
  } finally {
    delete form.dataset.sending;
  }
});

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const response = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'text/html' } });
  const html = await response.text();
  if (!new DOMParser().parseFromString(html, 'text/html').body.matches('.signed-in') || !legible(response)) {
    await refresh(); // the session ended, or is another one now: the page takes its place in it, or says so
    return tell(words.failed, true); // only now can a second try work
  }
  if (!new URL(response.url).pathname.startsWith(live.dataset.path)) return location.assign(response.url);
  tell('');
  place(html, response.ok ? form : null);
  for (const [id, bad] of [['fait', false], ['souci', true]]) if (at(id).textContent.trim() && !inSight(at(id))) toast(at(id).textContent.trim(), bad);
}

const inSight = (box) => box.getBoundingClientRect().bottom > 0 && box.getBoundingClientRect().top < innerHeight;

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.matches('[data-insert]')) {
    event.preventDefault();
    insert(at('message'), button.dataset.insert);
  }
  if (button.id === 'au-dernier') {
    newest();
    at('fil').focus({ preventScroll: true });
  }
  if (button.matches('[data-alerts]')) alerts(button.dataset.alerts === 'on');
});

// Ctrl + Enter sends, as in most mail programs; Enter alone makes a new line.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || !event.target.matches('#message')) return;
  event.preventDefault();
  event.target.form.requestSubmit(event.target.form.querySelector('[data-main]'));
});

function insert(field, text) {
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const before = field.value.slice(0, start);
  const glue = before && !/\s$/.test(before) ? '\n' : '';
  field.setRangeText(glue + text, start, end, 'end');
  field.focus();
  count();
}

// How many SMS the message makes: as in flows/gsm7.py, every letter folds to one or two places.
function count() {
  const [field, shown] = [at('message'), at('compte')];
  if (!field || !shown) return;
  const text = field.value.normalize('NFC').replace(/« | »/g, '"').replace(/…/g, '...').replace(/[œŒ]/g, 'oe');
  const places = [...text].reduce((sum, letter) => sum + ('^{}\\[~]|€'.includes(letter) ? 2 : 1), 0);
  const segments = places <= 160 ? 1 : Math.ceil(places / 153);
  shown.textContent = shown.dataset.words.replace('{chars}', [...field.value].length).replace('{parts}', segments);
}
document.addEventListener('input', (event) => {
  if (event.target.id === 'message') count();
  toast('');
});

// Sound and notification, only once they were asked for

const sounding = () => localStorage.getItem('allo-alerte') === 'on';
let sound = null;

async function alerts(on) {
  localStorage.setItem('allo-alerte', on ? 'on' : 'off');
  if (on) {
    beep();
    const allowed = 'Notification' in window ? await Notification.requestPermission() : 'denied';
    if (allowed !== 'granted') tell(words.alerts_refused, true);
  }
  offer();
  (document.querySelector('[data-alerts]:not([hidden])') || document.body).focus();
}

function offer() {
  const box = at('alertes');
  if (!box) return;
  box.hidden = false;
  for (const button of box.querySelectorAll('[data-alerts]')) button.hidden = (button.dataset.alerts === 'on') === sounding();
}

function beep() {
  try {
    sound = sound || new AudioContext();
    sound.resume();
    [[660, 0], [880, 0.18]].forEach(([tone, delay]) => {
      const [voice, volume] = [sound.createOscillator(), sound.createGain()];
      const start = sound.currentTime + delay;
      voice.frequency.value = tone;
      volume.gain.setValueAtTime(0.12, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.25);
      voice.connect(volume).connect(sound.destination);
      voice.start(start);
      voice.stop(start + 0.3);
    });
  } catch {
    // No sound on this machine.
  }
}

function alertMediator() {
  if (!sounding()) return;
  beep();
  if (!document.hidden || !('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const note = new Notification(words.alert_title, { body: words.alert_text, tag: 'allo' });
    note.onclick = () => window.focus();
  } catch {
    // Phones only allow it from a service worker.
  }
}

// The stream: it says that something changed, never what.
// A browser opens six connections to one server at most: the pages in more tabs than that ask now and then instead.
async function start() {
  if (fragment) setInterval(() => !document.hidden && refresh(), MINUTE); // « depuis 5 min » grows old
  document.addEventListener('visibilitychange', () => fragment && !document.hidden && refresh());
  if (!navigator.locks) return connect();
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const got = await new Promise((done) => {
      navigator.locks.request(`allo-flux-${slot}`, { ifAvailable: true }, (lock) => {
        done(Boolean(lock));
        return lock && new Promise(() => {}); // kept as long as the page is open
      });
    });
    if (got) return connect();
  }
  if (fragment) setInterval(() => !document.hidden && refresh(), NOW_AND_THEN);
}

function connect() {
  clearTimeout(retry);
  retry = 0;
  const source = new EventSource(live.dataset.stream);
  source.addEventListener('open', () => ([wait, failures] = [FIRST_WAIT, 0]) && link(true));
  source.addEventListener('queue', (event) => fragment && changedTo(JSON.parse(event.data).revision, 'queue'));
  source.addEventListener('case', (event) => fragment && changedTo(JSON.parse(event.data).revision, 'case'));
  source.addEventListener('error', () => {
    source.close();
    failures += 1;
    if (failures >= SHOWN_AFTER) link(false);
    retry = setTimeout(connect, wait);
    wait = Math.min(LONGEST_WAIT, wait * 2);
    if (failures === SHOWN_AFTER + 1 && fragment) refresh(); // signed out: the page leads to the door
  });
}

// Both pages say of which list they count who waits; the page of a case, of which state of the case it is too.
function changedTo(revision, kind) {
  const shown = at('etat') && at('etat').dataset[kind];
  if (shown && shown !== revision) refresh();
}

window.addEventListener('online', () => retry && connect());

function link(on) {
  const text = out ? words.signed_out : on ? '' : words.cut;
  if (at('lien').textContent !== text) at('lien').textContent = text;
}

// Said aloud by a screen reader only
function say(text) {
  if (at('annonce')) at('annonce').textContent = text || '';
}

// Shown only, over the bottom of the page: what is wrong stays until one goes on
function toast(text, bad) {
  if (!at('avis')) return;
  at('avis').textContent = text;
  at('avis').classList.toggle('bad', Boolean(bad));
  clearTimeout(fading);
  if (text && !bad) fading = setTimeout(toast, A_WHILE, '');
}

function tell(text, bad) {
  say(text);
  toast(text, bad);
}

follow();
count();
if (live) {
  offer();
  start();
}
