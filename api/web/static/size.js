// A− and A+ without loading the page again. The size is kept in the cookie that the server reads.
const sizes = document.querySelector('form.sizes');
const [smaller, bigger] = sizes.querySelectorAll('button');
const last = Number(sizes.dataset.sizes) - 1;

sizes.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  event.preventDefault();
  const size = Number(button.value);
  document.documentElement.className = `size-${size}`;
  const secure = location.protocol === 'https:' ? ';secure' : '';
  document.cookie = `allo_taille=${size};path=/;max-age=31536000;samesite=lax${secure}`;
  smaller.value = size - 1;
  bigger.value = size + 1;
  smaller.disabled = size === 0;
  bigger.disabled = size === last;
  if (button.disabled) (button === smaller ? bigger : smaller).focus();
});
