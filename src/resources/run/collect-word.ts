/** How mono calls itself to collect a run's output: apart, since mono's start loads this alone. */
export const collectWord = "__collect";
