// Every case of a file attacks one started product; each imported file holds the cases of one surface.
import './whole-desk.ts'
import './access-cases.ts'
import './bomb-cases.ts'
import './loop-cases.ts'
import './sender-cases.ts'
import './secret-cases.ts' // look at what the others left behind
import './log-cases.ts'
