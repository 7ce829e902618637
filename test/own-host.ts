/** This machine is called `here` by what runs within a test: no test depends on how the developer's is called. */
import {syncBuiltinESMExports} from 'node:module'
import os from 'node:os'

os.hostname = () => 'here'
syncBuiltinESMExports()
