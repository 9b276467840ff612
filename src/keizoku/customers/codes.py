"""What a customer can be, do and hold: stable codes with the words that banks and screens use.

The code is what is stored, compared and published by the API; the label is Japanese and may be reworded.
Pure; anybody may read it.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    INDIVIDUAL = "individual"
    SOLE_PROPRIETOR = "sole_proprietor"
    CORPORATION = "corporation"


class Occupation(StrEnum):
    COMPANY_EMPLOYEE = "company_employee"
    PUBLIC_SERVANT = "public_servant"
    SELF_EMPLOYED = "self_employed"
    COMPANY_OFFICER = "company_officer"
    PART_TIME = "part_time"
    STUDENT = "student"
    HOMEMAKER = "homemaker"
    PENSIONER = "pensioner"
    UNEMPLOYED = "unemployed"
    OTHER = "other"


class Purpose(StrEnum):
    LIVING_EXPENSES = "living_expenses"
    BUSINESS_EXPENSES = "business_expenses"
    SALARY = "salary"
    SAVINGS = "savings"
    INVESTMENT = "investment"
    LOAN = "loan"
    FOREIGN_REMITTANCE = "foreign_remittance"
    OTHER = "other"


class Product(StrEnum):
    ORDINARY_DEPOSIT = "ordinary_deposit"
    TIME_DEPOSIT = "time_deposit"
    FOREIGN_CURRENCY_DEPOSIT = "foreign_currency_deposit"
    INVESTMENT_TRUST = "investment_trust"
    MORTGAGE = "mortgage"
    CARD_LOAN = "card_loan"


KIND_LABELS: Final = {
    Kind.INDIVIDUAL: "個人",
    Kind.SOLE_PROPRIETOR: "個人事業主",
    Kind.CORPORATION: "法人",
}
OCCUPATION_LABELS: Final = {
    Occupation.COMPANY_EMPLOYEE: "会社員",
    Occupation.PUBLIC_SERVANT: "公務員",
    Occupation.SELF_EMPLOYED: "自営業",
    Occupation.COMPANY_OFFICER: "会社役員",
    Occupation.PART_TIME: "パート",
    Occupation.STUDENT: "学生",
    Occupation.HOMEMAKER: "主婦・主夫",
    Occupation.PENSIONER: "年金受給",
    Occupation.UNEMPLOYED: "無職",
    Occupation.OTHER: "その他",
}
PURPOSE_LABELS: Final = {
    Purpose.LIVING_EXPENSES: "生計費決済",
    Purpose.BUSINESS_EXPENSES: "事業費決済",
    Purpose.SALARY: "給与受取",
    Purpose.SAVINGS: "貯蓄",
    Purpose.INVESTMENT: "投資",
    Purpose.LOAN: "融資",
    Purpose.FOREIGN_REMITTANCE: "外国送金",
    Purpose.OTHER: "その他",
}
PRODUCT_LABELS: Final = {
    Product.ORDINARY_DEPOSIT: "普通預金",
    Product.TIME_DEPOSIT: "定期預金",
    Product.FOREIGN_CURRENCY_DEPOSIT: "外貨預金",
    Product.INVESTMENT_TRUST: "投資信託",
    Product.MORTGAGE: "住宅ローン",
    Product.CARD_LOAN: "カードローン",
}
KIND_OF_LABEL: Final = {label: code for code, label in KIND_LABELS.items()}
OCCUPATION_OF_LABEL: Final = {label: code for code, label in OCCUPATION_LABELS.items()}
PURPOSE_OF_LABEL: Final = {label: code for code, label in PURPOSE_LABELS.items()}
PRODUCT_OF_LABEL: Final = {label: code for code, label in PRODUCT_LABELS.items()}
