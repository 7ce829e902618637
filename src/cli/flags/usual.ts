/** The most hosts worked on at the same time. */
export const usualFanout = 32
