#!/usr/bin/env node
'use strict'
// the classic name of `ctys extract-arp`
process.argv.splice(2, 0, 'extract-arp')
require('./ctys.cjs')
