// Runs before the first paint, so that a dark room sees no white flash. A file of its own: no inline script is allowed.
;(() => {
  const chosen = localStorage.getItem('hotline.theme')
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
})()
