/** A run asks for few, and for those thousands of times. */
const known = new Map<string, number>();

/**
 * How many standard errors lie on each side of the estimate in an interval of Student's t distribution:
 * `studentT(0.95, 4)` is 2.776.
 */
export function studentT(confidence: number, degreesOfFreedom: number): number {
  const key = `${confidence} ${degreesOfFreedom}`;
  const found = known.get(key) ?? findStudentT(confidence, degreesOfFreedom);
  known.set(key, found);
  return found;
}

function findStudentT(confidence: number, degreesOfFreedom: number): number {
  let [low, high] = [0, 1];
  while (probabilityWithin(high, degreesOfFreedom) < confidence) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (probabilityWithin(middle, degreesOfFreedom) < confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|T| <= t) for whole degrees of freedom: the finite series of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function probabilityWithin(t: number, degreesOfFreedom: number): number {
  const odd = degreesOfFreedom % 2 === 1;
  const angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const cosineSquared = Math.cos(angle) ** 2;
  let term = odd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= (cosineSquared * (k + 1)) / (k + 2);
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
