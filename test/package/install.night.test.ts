import { between, testInstalls } from './installing.ts'

testInstalls(between)
