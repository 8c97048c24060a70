// The voice of the browser, where it has one: « Écouter » on each message, « Dicter » beside the field.
const texts = JSON.parse(document.body.dataset.texts);
const [log, field, dictate, status] = ['conversation', 'text', 'dictate', 'status'].map((id) => document.getElementById(id));
const voice = window.speechSynthesis;
const Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;
let speaking = null;

function listenable(message) {
  if (!message.matches('.theirs')) return;
  message.classList.add('spoken');
  message.append(document.getElementById('listen').content.cloneNode(true));
}

function speak(button) {
  const words = button.closest('.message').querySelector('.words');
  const utterance = new SpeechSynthesisUtterance(words.dataset.speech || words.textContent);
  utterance.lang = 'fr-FR';
  utterance.rate = 0.85; // a little slower than people speak
  utterance.onend = utterance.onerror = () => speaking === button && hush();
  speaking = button;
  label(button, texts.stop);
  voice.speak(utterance);
}

function label(button, text) {
  button.querySelector('span').textContent = text;
  button.classList.toggle('speaking', text === texts.stop);
}

function hush() {
  if (speaking) label(speaking, texts.listen);
  speaking = null;
  voice.cancel();
}

if (voice && window.SpeechSynthesisUtterance) {
  for (const message of log.children) listenable(message);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach(listenable);
  }).observe(log, { childList: true });
  log.addEventListener('click', (event) => {
    const button = event.target.closest('.listen');
    if (!button) return;
    if (speaking === button) return hush();
    hush();
    speak(button);
  });
  window.addEventListener('pagehide', hush);
}

if (Recognition) {
  dictate.hidden = false;
  let heard = null;
  dictate.addEventListener('click', () => {
    if (heard) return heard.stop();
    if (voice) hush();
    const before = field.value ? `${field.value.trim()} ` : '';
    heard = new Recognition();
    heard.lang = 'fr-FR';
    heard.interimResults = true;
    heard.onresult = (event) => {
      field.value = before + Array.from(event.results, (result) => result[0].transcript).join('');
      field.dispatchEvent(new Event('input'));
    };
    heard.onerror = () => (status.textContent = texts.dictate_failed);
    heard.onend = () => {
      heard = null;
      if (status.textContent === texts.dictating) status.textContent = '';
      field.focus();
    };
    status.textContent = texts.dictating;
    heard.start();
  });
}
