/** The steps of the procedure that questions serve, in its order; queries/schema.json has the same. */
export const procedureSteps: Readonly<Record<string, string>> = {
  'identify-owner': 'Identify the owner',
  'assess-use': 'Assess privileges and use',
  'assess-exposure': 'Assess exposure',
  replace: 'Replace',
  'deactivate-and-monitor': 'Deactivate and monitor',
  delete: 'Delete',
  'review-logins': 'Review sign-ins',
  prevent: 'Prevent',
};
