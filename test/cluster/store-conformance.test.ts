import { describeStore } from '../../src/store/conformance.ts'
import { clusterStores } from './support/cluster-under-test.ts'

const stores = clusterStores()

describeStore('store on OpenSearch', (options) => stores.open(options), { runs: 8 })
