/** Dark or light: as the system has it, or as was chosen here. */

import { useEffect, useState } from 'preact/hooks'

const key = 'ringleader theme'

export function useTheme(): [isDark: boolean, toggle: () => void] {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const [chosen, setChosen] = useState(() => localStorage.getItem(key))
  const [isSystemDark, setSystemDark] = useState(system.matches)
  useEffect(() => {
    const look = ({ matches }: MediaQueryListEvent): void => setSystemDark(matches)
    system.addEventListener('change', look)
    return () => system.removeEventListener('change', look)
  }, [])
  const isDark = chosen === null ? isSystemDark : chosen === 'dark'
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  const toggle = (): void => {
    const next = isDark ? 'light' : 'dark'
    try {
      // What the system says needs not be remembered.
      if ((next === 'dark') === isSystemDark) localStorage.removeItem(key)
      else localStorage.setItem(key, next)
    } catch {
      // It holds until the page is closed.
    }
    setChosen(next)
  }
  return [isDark, toggle]
}
