#!/usr/bin/env node
'use strict'
// the classic name of `ctys groups`; a question about the version is for ctys itself
if (!['-V', '--version'].includes(process.argv[2])) process.argv.splice(2, 0, 'groups')
require('./ctys.cjs')
