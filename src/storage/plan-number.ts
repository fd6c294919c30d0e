/** SQL: what the parts call the plan whose id is bound as `planId`. */
export const PLAN_NUMBER = '(select number from plan_numbers where plan_id = @planId)';

/** SQL: what the parts call the plans of the tree whose root's id is bound as `rootId`. */
export const TREE_NUMBERS = `(select number from plans join plan_numbers on plan_numbers.plan_id = plans.id
    where plans.root_id = @rootId)`;
