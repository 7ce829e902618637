#!/usr/bin/env node
'use strict'
// the classic name of `ctys extract-mac`
process.argv.splice(2, 0, 'extract-mac')
require('./ctys.cjs')
