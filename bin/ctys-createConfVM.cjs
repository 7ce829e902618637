#!/usr/bin/env node
'use strict'
// the classic name of `ctys create-conf-vm`; a question about the version is for ctys itself
if (!['-V', '--version'].includes(process.argv[2])) process.argv.splice(2, 0, 'create-conf-vm')
require('./ctys.cjs')
