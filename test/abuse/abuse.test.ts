// Every case attacks one started product; each file holds the cases of one surface.
import './access-cases.ts'
import './bomb-cases.ts'
import './loop-cases.ts'
import './screen-cases.ts'
import './secret-cases.ts'
import './sender-cases.ts'
import './vector-cases.ts'
import './spoofing-cases.ts'
import './claim-cases.ts' // looks at what the spoofing cases did
