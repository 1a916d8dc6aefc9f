import './cloned-desk.ts'
import './spoofing-cases.ts'
import './claim-cases.ts' // looks at what the spoofing cases did
import './log-cases.ts'
