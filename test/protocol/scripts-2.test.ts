import { playScripts } from './play-scripts.ts'

playScripts(1, 2)
