import { startProduct } from '../support/product.ts'
import { openDesk } from './the-desk.ts'

// What a test file imports first: the product on a clone of the migrated template, which is cheaper.
openDesk({ start: startProduct })
