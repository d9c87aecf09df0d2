import { describeStore } from '../conformance.ts'
import { memoryStore } from './index.ts'

describeStore('memory store', async ({ clock }) => memoryStore({ clock }))
