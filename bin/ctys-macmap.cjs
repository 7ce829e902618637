#!/usr/bin/env node
'use strict'
// the classic name of `ctys macmap`
process.argv.splice(2, 0, 'macmap')
require('./ctys.cjs')
