"""Pure rules of journeys: the calendar, the pace, what a journey must be, what differs between two versions."""
