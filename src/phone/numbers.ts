/** The number of the person who plays, if nobody names one. Ofcom keeps these numbers free for drama. */
export const OWN_NUMBER = "447700900001";

/** The number of the application, if no route names one. */
export const APPLICATION_NUMBER = "447700900000";
