// The groups of the navigation stand open in the navigation until a reader closes them.
for (const group of ['Guide', 'Reference', 'API']) {
  const key = `tsd-accordion-${group}`
  try {
    if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true')
  } catch {
    // Without storage they begin closed.
  }
}
