/** The database did not let a call through, or did not answer: trying again later may help. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}
