/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Runs in the browser on every page. Each page is whole without it.

const live = document.getElementById('live');
const say = (text: string): void => {
  if (live) live.textContent = text;
};

function searchQuestions(search: HTMLInputElement): void {
  const entries = [...document.querySelectorAll<HTMLElement>('.questions > li[data-words]')];
  const count = document.getElementById('found');
  search.addEventListener('input', () => {
    const words = search.value.toLowerCase().split(/\s+/);
    for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.words?.includes(word));
    for (const section of document.querySelectorAll<HTMLElement>('main > section'))
      section.hidden = section.querySelector('li:not([hidden])') === null;
    const shown = entries.filter(({ hidden }) => !hidden).length;
    if (count) count.textContent = `${shown} question${shown === 1 ? '' : 's'}`;
    say(count?.textContent ?? '');
  });
}

const search = document.getElementById('search');
if (search instanceof HTMLInputElement) searchQuestions(search);

document.addEventListener('keydown', (event) => {
  const writing = event.target instanceof HTMLInputElement;
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return;
  event.preventDefault();
  // On other pages, the start page is where the search is.
  if (search) search.focus();
  else document.querySelector<HTMLAnchorElement>('.brand a')?.click();
});

document.addEventListener('submit', ({ target }) => {
  if (!(target instanceof HTMLFormElement)) return;
  if (target.dataset.busy) say(target.dataset.busy);
  // What was left empty is in no address.
  for (const field of target.querySelectorAll('input')) if (field.value === '') field.disabled = true;
});

document.addEventListener('click', ({ target }) => {
  const link = target instanceof Element ? target.closest<HTMLElement>('a[data-busy]') : null;
  if (link?.dataset.busy) say(link.dataset.busy);
});

// Back from the answer: the fields that were left out can be filled again.
window.addEventListener('pageshow', () => {
  for (const field of document.querySelectorAll('input')) field.disabled = false;
});

for (const frame of document.querySelectorAll<HTMLIFrameElement>('iframe[data-busy]')) {
  say(frame.dataset.busy ?? '');
  frame.addEventListener('load', () => say('The report is there.'));
}

for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const command = button.parentElement?.querySelector('code');
    try {
      await navigator.clipboard.writeText(command?.textContent ?? '');
      say('Copied.');
      button.textContent = 'Copied';
    } catch {
      // The browser forbids it; marked, the text can be copied by hand.
      if (command) window.getSelection()?.selectAllChildren(command);
      say('The command is marked: copy it.');
    }
  });
}

export {};
