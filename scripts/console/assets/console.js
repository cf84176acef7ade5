// Live updates of the list of logins, and filters that work as soon as they are chosen. Everything else works without it.

const rows = document.querySelector('[data-live]');
const filters = document.querySelector('[data-filters]');

if (filters) {
  for (const choice of filters.querySelectorAll('select, input[type=checkbox]'))
    choice.addEventListener('change', () => filters.requestSubmit());
  // Empty fields only make the address longer.
  filters.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
  });
}

if (rows) {
  const state = document.querySelector('[data-state]');
  const count = document.querySelector('[data-count]');
  const live = new EventSource(rows.dataset.live);
  live.addEventListener('ready', () => {
    state.textContent = 'live, newest first';
  });
  live.addEventListener('error', () => {
    state.textContent = 'not live: the local tenant does not answer';
  });
  live.addEventListener('login', ({ data }) => {
    // The server has made every text in it safe.
    const template = document.createElement('template');
    template.innerHTML = data;
    const row = template.content.firstElementChild;
    document.getElementById(row.id)?.remove();
    row.classList.add('new');
    rows.prepend(row);
    document.querySelector('[data-empty]')?.remove();
    count.textContent = String(rows.rows.length);
  });
  addEventListener('pagehide', () => live.close());
}

for (const line of document.querySelectorAll('[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(line.textContent);
    button.textContent = 'Copied';
  });
  line.after(button);
}
