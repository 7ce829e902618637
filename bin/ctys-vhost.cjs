#!/usr/bin/env node
'use strict'
// the classic name of `ctys vhost`
process.argv.splice(2, 0, 'vhost')
require('./ctys.cjs')
