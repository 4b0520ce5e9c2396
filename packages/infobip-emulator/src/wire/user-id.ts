const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9]{1,147}$/

/** Whether it has the form of a business-scoped user id: two letters of a country, a dot, letters and digits. */
export function isUserId(text: string): boolean {
  return USER_ID.test(text)
}
