// Sets the chosen theme before the first paint. A file of its own, since the content security policy forbids scripts in
// the page. Without a choice the system decides.
try {
  const theme = localStorage.getItem('tieline.theme');
  if (theme === 'light' || theme === 'dark' || theme === 'sunlight') document.documentElement.dataset.theme = theme;
} catch {
  // storage is closed to this page: the system decides
}
