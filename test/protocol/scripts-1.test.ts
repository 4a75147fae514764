import { playScripts } from './play-scripts.ts'

playScripts(0, 2)
