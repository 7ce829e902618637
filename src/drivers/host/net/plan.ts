/** NET-PLAN: what up or down would do now, with the commands; looks only. */
import {readingHandler} from '../../../domain/work/handler.js'
import type {NetPlanData} from '../../../domain/work/net.js'
import {seeDown} from './down.js'
import {seeUp} from './up.js'

export const netPlan = readingHandler<'net-plan'>(async ({ask: {to, up}}, at) => {
  const {plan, privilege} = to === 'up' ? await seeUp(up, at) : await seeDown(up, at)
  return {
    kind: 'net-plan',
    network: plan.network,
    steps: plan.steps.map((step) => ({
      what: step.what,
      as: privilege.whoDoes(step),
      privileged: privilege.isPrivileged(step),
      argv: privilege.shownOf(step),
    })),
    remarks: [...plan.remarks],
  } satisfies NetPlanData
})
